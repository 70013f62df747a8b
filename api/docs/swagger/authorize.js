// The dialog of the Authorize button and of the padlocks. It logs in with a username and a password; the built-in dialog of Swagger UI
// only takes a token.

// authorizePlugin returns the plugin for a session.
export const authorizePlugin = (session) => ({ React }) => {
  const { createElement: h, useEffect, useRef, useState } = React;

  function Dialog({ authActions, authSelectors }) {
    const element = useRef(null);
    useEffect(() => element.current.showModal(), []); // a modal dialog keeps the focus and closes with Escape
    const close = () => element.current.close(); // close also returns the focus
    const closed = () => authActions.showDefinitions(false);
    const loggedIn = authSelectors.authorized().has('bearerAuth');
    return h('dialog', { ref: element, className: 'authorize-dialog', 'aria-labelledby': 'authorize-title', onClose: closed },
      h('h3', { id: 'authorize-title' }, loggedIn ? 'You are logged in' : 'Log in'),
      loggedIn ? h(LogOut) : h(LogIn, { close }),
      h('h4', null, 'refreshCookie'),
      h('p', null, 'Nothing to fill in: the browser stores the refresh token in a cookie that scripts can\'t read, and sends it ',
        'automatically.'),
      h('button', { type: 'button', className: 'btn', onClick: close }, 'Close'));
  }

  function LogIn({ close }) {
    const [problem, setProblem] = useState('');
    const logIn = async ({ username, password }) => {
      await session.logIn(username, password);
      close();
    };
    const paste = ({ token }) => {
      session.usePasted(token.trim());
      close();
    };
    return h(React.Fragment, null,
      h('p', null, 'Use the account that you have created with ', h('code', null, 'POST /api/user/register/'), '. ',
        'The access token (bearerAuth) is then sent with every call, and refreshed before it expires.'),
      h(Form, { onSubmit: logIn, onProblem: setProblem, button: 'Log in' },
        h(Field, { label: 'Username', name: 'username', autoComplete: 'username', autoCapitalize: 'none' }),
        h(Field, { label: 'Password', name: 'password', autoComplete: 'current-password', type: 'password' })),
      h('p', { role: 'alert', className: 'authorize-problem' }, problem),
      h('details', null,
        h('summary', null, 'Use an access token or an API token instead'),
        h(Form, { onSubmit: paste, onProblem: setProblem, button: 'Use token' },
          h(Field, { label: 'Token', name: 'token', autoComplete: 'off' }))));
  }

  function LogOut() {
    const [problem, setProblem] = useState('');
    return h(React.Fragment, null,
      h('p', null, 'The access token (bearerAuth) is sent with every call that needs it.'),
      h(Form, { onSubmit: () => session.logOut(), onProblem: setProblem, button: 'Log out' }),
      h('p', { role: 'alert', className: 'authorize-problem' }, problem));
  }

  // Form passes the values of its fields to onSubmit, and the message of an error to onProblem.
  function Form({ onSubmit, onProblem, button, children }) {
    const [busy, setBusy] = useState(false);
    const submit = async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(event.currentTarget));
      setBusy(true);
      onProblem('');
      try {
        await onSubmit(values);
      } catch (error) {
        onProblem(error.message);
      }
      setBusy(false);
    };
    return h('form', { onSubmit: submit },
      children, h('button', { type: 'submit', className: 'btn authorize', disabled: busy }, button));
  }

  function Field({ label, name, ...input }) {
    const id = `authorize-${name}`;
    return h('div', { className: 'authorize-field' },
      h('label', { htmlFor: id }, label),
      h('input', { id, name, type: 'text', required: true, spellCheck: false, ...input }));
  }

  return { wrapComponents: { authorizationPopup: () => Dialog } };
};
