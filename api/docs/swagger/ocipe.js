// Swagger UI on this server's contract. Whoever logs in here, by the dialog or by executing the login, is
// authorized: the access token of the answer is taken over, so that the protected calls work without pasting it.
import { authorizing } from './authorize.js';
import { EndingsLast } from './order.js';
import { RequestId } from './request-id.js';
import { Session } from './session.js';

const session = new Session({
  close: (token) => ui.preauthorizeApiKey('bearerAuth', token),
  open() {
    // Swagger UI throws where nobody is authorized.
    if (ui.authSelectors.authorized().has('bearerAuth')) ui.authActions.logout(['bearerAuth']);
  },
});

const ui = SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0, // the operations come first
  plugins: [authorizing(session), EndingsLast, RequestId],
  onComplete: () => session.resume(),

  async requestInterceptor(request) {
    const [scheme, token] = request.headers?.Authorization?.split(' ') ?? [];
    if (scheme === 'Bearer') request.headers.Authorization = `Bearer ${await session.fresh(token)}`;
    return request;
  },

  responseInterceptor(response) {
    if (!response.ok) return response;
    const path = new URL(response.url, location.href).pathname.replace(/\/$/, '');
    if (path === '/api/user/token' || path === '/api/user/token/refresh') session.begin(JSON.parse(response.text).access);
    else if (path === '/api/user/logout') session.end();
    return response;
  },
});
