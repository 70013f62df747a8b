// Swagger UI for this server's contract. After a login, in the dialog or by executing the operation, the page sends the access token
// with all calls.
import { authorizePlugin } from './authorize.js';
import { fillInPlugin } from './fill-in.js';
import { ExecutableOrder } from './order.js';
import { PlainText } from './plain-text.js';
import { RequestId } from './request-id.js';
import { Seen } from './seen.js';
import { Session } from './session.js';
import { Start } from './start.js';

const seen = new Seen();
const session = new Session({
  close(token, username) {
    seen.logIn(token, username);
    ui.preauthorizeApiKey('bearerAuth', token);
  },
  open() {
    // Without a login, logout of Swagger UI throws an error.
    if (ui.authSelectors.authorized().has('bearerAuth')) ui.authActions.logout(['bearerAuth']);
  },
});

const ui = SwaggerUIBundle({
  url: new URL('../openapi.yaml', document.baseURI).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0, // collapse the schemas
  plugins: [authorizePlugin(session), ExecutableOrder, fillInPlugin(seen), PlainText, RequestId, Start],
  onComplete: () => session.resume(),

  async requestInterceptor(request) {
    const [scheme, token] = request.headers?.Authorization?.split(' ') ?? [];
    if (scheme === 'Bearer') request.headers.Authorization = `Bearer ${await session.fresh(token)}`;
    const { responseInterceptor } = request;
    request.responseInterceptor = (response) => {
      if (response.ok) seen.add(request, response);
      return responseInterceptor(response);
    };
    return request;
  },

  responseInterceptor(response) {
    if (!response.ok) return response;
    const path = new URL(response.url, location.href).pathname.replace(/\/$/, '');
    if (/\/api\/user\/(token|token\/refresh|reauthenticate)$/.test(path)) session.begin(JSON.parse(response.text).access);
    else if (path.endsWith('/api/user/logout') || response.status === 204 && path.endsWith('/api/user/me')) session.end();
    return response;
  },
});
