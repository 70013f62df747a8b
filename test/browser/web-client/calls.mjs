// The calls of the web client, one line for each response.

// The calls when the page is loaded. The three refreshes are concurrent and send the same cookie.
const first = ['GET /api/recipes?ordering=-added_date', 'GET /api/fridge', 'GET /api/grocery/list'];
export const unauthorized = first.map((call) => `${call} 401`);
export const loaded = first.map((call) => `${call} 200`);
const three = (call) => Array(3).fill(call);
export const anonymous = [...unauthorized, ...three('POST /api/user/token/refresh/ 400'), ...three('POST /api/user/logout/ 204')];
export const loggedIn = [...unauthorized, ...three('POST /api/user/token/refresh/ 200'), ...loaded];

// The calls when a page is opened or changed, when its data is reloaded with the button, and when the page is reloaded.
const [recipes, fridge, list] = loaded;
const plans = ['GET /api/grocery/history/recent 200', 'GET /api/grocery/history 200'];
export const opened = { Recipes: [recipes], Fridge: [fridge], Grocery: [recipes, list, ...plans] };
export const refetched = { Recipes: loaded, Fridge: loaded, Grocery: [...loaded, ...plans] };
export const reloaded = { Recipes: loggedIn, Fridge: loggedIn, Grocery: [...loggedIn, ...plans] };

export const exactly = (...calls) => calls.flat(Infinity).sort();
export const twice = (...calls) => [...calls, ...calls];
