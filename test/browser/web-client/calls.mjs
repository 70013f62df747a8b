// What the web client calls, one line for each answer.

// A load of the page; the three refreshes are parallel and have one cookie.
const asked = ['GET /api/recipes?ordering=-added_date', 'GET /api/fridge', 'GET /api/grocery/list'];
export const refused = asked.map((call) => `${call} 401`);
export const shown = asked.map((call) => `${call} 200`);
const three = (call) => Array(3).fill(call);
export const anonymous = [...refused, ...three('POST /api/user/token/refresh/ 400'), ...three('POST /api/user/logout/ 204')];
export const loggedIn = [...refused, ...three('POST /api/user/token/refresh/ 200'), ...shown];

// A page that is turned to, or changed; looked at again by its button; reloaded.
const [recipes, fridge, list] = shown;
const plans = ['GET /api/grocery/history/recent 200', 'GET /api/grocery/history 200'];
export const seen = { Recipes: [recipes], Fridge: [fridge], Grocery: [recipes, list, ...plans] };
export const again = { Recipes: shown, Fridge: shown, Grocery: [...shown, ...plans] };
export const reloaded = { Recipes: loggedIn, Fridge: loggedIn, Grocery: [...loggedIn, ...plans] };

export const exactly = (...calls) => calls.flat(Infinity).sort();
export const twice = (...calls) => [...calls, ...calls];
