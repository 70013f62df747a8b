// Swagger UI on this server's contract. Logging in here authorizes: the access token of the answer is
// taken over, so that the protected calls work without pasting it.
const ui = SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0, // the operations come first
  responseInterceptor(response) {
    const path = new URL(response.url, location.href).pathname.replace(/\/$/, '');
    if (!response.ok) return response;
    if (path === '/api/user/token' || path === '/api/user/token/refresh') {
      ui.preauthorizeApiKey('bearerAuth', JSON.parse(response.text).access);
    } else if (path === '/api/user/logout') {
      ui.authActions.logout(['bearerAuth']);
    }
    return response;
  },
});
