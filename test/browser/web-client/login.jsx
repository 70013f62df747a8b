// The login form, which also makes accounts.
import { Field, submitted } from './form.jsx';
import { logIn, register } from './session.js';

export function Login({ kitchen, needs }) {
  const makeAccount = ({ username, password }) => kitchen.during(async () => {
    try {
      return await register(username, password);
    } catch (failure) {
      if (failure.response?.status !== 400) throw failure;
      throw new Error('That name is taken.'); // whatever the answer says: the existing client knows no other reason
    }
  });
  return (
    <form onSubmit={submitted((fields) => kitchen.open(needs, () => logIn(fields.username, fields.password)))}>
      <Field label="Name" name="username" autoComplete="off" />
      <Field label="Password" name="password" type="password" autoComplete="off" />
      <button>Log in</button>
      <button type="button" onClick={({ target }) => makeAccount(Object.fromEntries(new FormData(target.form)))}>Register</button>
    </form>
  );
}
