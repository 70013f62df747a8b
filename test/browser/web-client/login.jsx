// The login form, which can also register.
import { Field, submitted } from './form.jsx';
import { logIn, register } from './session.js';

export function Login({ app, needs }) {
  const registerUser = ({ username, password }) => app.run(async () => {
    try {
      return await register(username, password);
    } catch (error) {
      if (error.response?.status !== 400) throw error;
      throw new Error('That name is taken.'); // the existing client shows this for every 400
    }
  });
  return (
    <form onSubmit={submitted((fields) => app.open(needs, () => logIn(fields.username, fields.password)))}>
      <Field label="Name" name="username" autoComplete="off" />
      <Field label="Password" name="password" type="password" autoComplete="off" />
      <button>Log in</button>
      <button type="button" onClick={({ target }) => registerUser(Object.fromEntries(new FormData(target.form)))}>Register</button>
    </form>
  );
}
