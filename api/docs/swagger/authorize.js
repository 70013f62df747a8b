// What the button "Authorize" and the padlocks open: logging in with name and password, instead of Swagger UI's dialog,
// which can only be given a token.

// authorizing makes the plugin for a session.
export const authorizing = (session) => ({ React }) => {
  const { createElement: h, useEffect, useRef, useState } = React;

  function Dialog({ authActions, authSelectors }) {
    const element = useRef(null);
    useEffect(() => element.current.showModal(), []); // it keeps the focus, and ends by Escape
    const close = () => element.current.close(); // this gives the focus back
    const closed = () => authActions.showDefinitions(false);
    const loggedIn = authSelectors.authorized().has('bearerAuth');
    return h('dialog', { ref: element, className: 'authorize-dialog', 'aria-labelledby': 'authorize-title', onClose: closed },
      h('h3', { id: 'authorize-title' }, loggedIn ? 'You are logged in' : 'Log in'),
      loggedIn ? h(LogOut) : h(LogIn, { close }),
      h('h4', null, 'refreshCookie'),
      h('p', null, 'There is nothing to fill in: the browser keeps the refresh token in a cookie that no script can ',
        'read, and sends it by itself.'),
      h('button', { type: 'button', className: 'btn', onClick: close }, 'Close'));
  }

  function LogIn({ close }) {
    const [problem, setProblem] = useState('');
    const logIn = async ({ username, password }) => {
      await session.logIn(username, password);
      close();
    };
    const paste = ({ token }) => {
      session.lend(token.trim());
      close();
    };
    return h(React.Fragment, null,
      h('p', null, 'With the account that ', h('code', null, 'POST /api/user/register/'), ' has made. ',
        'The access token (bearerAuth) is then sent with every call, and renewed before it expires.'),
      h(Form, { onSubmit: logIn, onProblem: setProblem, button: 'Log in' },
        h(Field, { label: 'Username', name: 'username', autoComplete: 'username', autoCapitalize: 'none' }),
        h(Field, { label: 'Password', name: 'password', autoComplete: 'current-password', type: 'password' })),
      h('p', { role: 'alert', className: 'authorize-problem' }, problem),
      h('details', null,
        h('summary', null, 'Use an access token instead'),
        h(Form, { onSubmit: paste, onProblem: setProblem, button: 'Use token' },
          h(Field, { label: 'Access token', name: 'token', autoComplete: 'off' }))));
  }

  function LogOut() {
    const [problem, setProblem] = useState('');
    return h(React.Fragment, null,
      h('p', null, 'The access token (bearerAuth) is sent with every call that needs it.'),
      h(Form, { onSubmit: () => session.logOut(), onProblem: setProblem, button: 'Log out' }),
      h('p', { role: 'alert', className: 'authorize-problem' }, problem));
  }

  // Form hands over what its fields hold, and tells what went wrong.
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
