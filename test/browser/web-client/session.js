// The session as the existing web client manages it: the access token in memory only, and an axios interceptor that refreshes
// after every 401, even if another request is already refreshing.
import axios from 'axios';

export class LoggedOut extends Error {}

let access; // lost when the page is loaded; a refresh gets a new one

export const api = axios.create({ baseURL: window.API, withCredentials: true });
const plain = axios.create({ baseURL: window.API, withCredentials: true }); // without the interceptors

api.interceptors.request.use((config) => {
  if (access) config.headers.Authorization = `Bearer ${access}`;
  return config;
});

api.interceptors.response.use(undefined, async (error) => {
  if (error.response?.status !== 401) throw error;
  access = await refresh();
  return api(error.config);
});

// refresh is called for each request that failed with 401. It repeats the refresh while the server responds with 401: the existing
// client does so, and therefore the server must clear a cookie that it rejects.
async function refresh() {
  for (;;) {
    try {
      return (await plain.post('/api/user/token/refresh/', {})).data.access;
    } catch (error) {
      if (error.response?.status === 401) continue;
      if (error.response?.status !== 400) throw error;
      await logOut();
      throw new LoggedOut();
    }
  }
}

export async function register(username, password) {
  return (await plain.post('/api/user/register/', { username, password })).data.message;
}

export async function logIn(username, password) {
  access = (await plain.post('/api/user/token/', { username, password })).data.access;
}

export async function logOut() {
  await plain.post('/api/user/logout/', {}, { headers: access ? { Authorization: `Bearer ${access}` } : {} });
  access = undefined;
}
