// The refresh token, as the browser keeps it and as it must not get about.

// refreshCookie reads the browser's cookie jar, which scripts can't.
export async function refreshCookie(context, url) {
  return (await context.cookies(url)).find((cookie) => cookie.name === 'refresh_token');
}

// loseRefreshes lets the refreshes of a page reach the server, but not their answers the browser; it returns what
// the server answered. They are sent from here, since the browser would keep the cookie of an answer even if the
// page is told that there was none.
export async function loseRefreshes(page, token) {
  const statuses = [];
  await page.route('**/token/refresh/', async (route) => {
    const headers = { Cookie: `refresh_token=${token}`, Origin: new URL(page.url()).origin };
    const answer = await fetch(route.request().url(), { method: 'POST', headers });
    statuses.push(answer.status);
    await route.abort();
  });
  return statuses;
}

// tokenTypes reads all JWTs in a text.
export function tokenTypes(text) {
  return [...text.matchAll(/[\w-]+\.([\w-]+)\.[\w-]+/g)].map(([, claims]) => JSON.parse(Buffer.from(claims, 'base64url')).token_type);
}
