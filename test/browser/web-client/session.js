// How the existing web client keeps its session: the access token in memory and nowhere else, an axios
// interceptor that refreshes on every 401, and no care at all for what other requests are doing.
import axios from 'axios';

export class LoggedOut extends Error {}

let access; // lost at every load of the page, and fetched anew with the refresh cookie

export const api = axios.create({ baseURL: window.API, withCredentials: true });
const open = axios.create({ baseURL: window.API, withCredentials: true }); // without the interceptors

api.interceptors.request.use((config) => {
  if (access) config.headers.Authorization = `Bearer ${access}`;
  return config;
});

api.interceptors.response.use(undefined, async (failure) => {
  if (failure.response?.status !== 401) throw failure;
  access = await refresh();
  return api(failure.config);
});

// refresh is called once for each request that failed. It goes on for as long as the server answers 401: that
// is what the existing client does, and why the server must clear a cookie that it refuses.
async function refresh() {
  for (;;) {
    try {
      return (await open.post('/api/user/token/refresh/', {})).data.access;
    } catch (failure) {
      if (failure.response?.status === 401) continue;
      if (failure.response?.status !== 400) throw failure;
      await logOut();
      throw new LoggedOut();
    }
  }
}

export async function register(username, password) {
  return (await open.post('/api/user/register/', { username, password })).data.message;
}

export async function logIn(username, password) {
  access = (await open.post('/api/user/token/', { username, password })).data.access;
}

export async function logOut() {
  await open.post('/api/user/logout/', {}, { headers: access ? { Authorization: `Bearer ${access}` } : {} });
  access = undefined;
}
