// Helpers for tests of the refresh token.

// refreshCookie returns the refresh cookie from the browser's cookie jar, which scripts can't read.
export async function refreshCookie(context, url) {
  return (await context.cookies(url)).find((cookie) => cookie.name === 'refresh_token');
}

// dropRefreshResponses lets the refreshes of a page reach the server, but drops the responses. It returns their statuses. It sends the
// requests itself, because the browser would store the cookie of a response even if the page doesn't get the response.
export async function dropRefreshResponses(page, token) {
  const statuses = [];
  await page.route('**/token/refresh/', async (route) => {
    const headers = { Cookie: `refresh_token=${token}`, Origin: new URL(page.url()).origin };
    const response = await fetch(route.request().url(), { method: 'POST', headers });
    statuses.push(response.status);
    await route.abort();
  });
  return statuses;
}

// tokenTypes returns the types of all JWTs in a text.
export function tokenTypes(text) {
  return [...text.matchAll(/[\w-]+\.([\w-]+)\.[\w-]+/g)].map(([, claims]) => JSON.parse(Buffer.from(claims, 'base64url')).token_type);
}
