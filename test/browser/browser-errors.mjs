// Collects the errors of a browser while it shows a page.

// browserErrorsOf starts to collect errors and warnings of the console, exceptions of scripts, requests that fail or go to another
// host, and violations of the Content-Security-Policy.
export async function browserErrorsOf(page) {
  const browserErrors = [];
  await page.exposeFunction('reportViolation', (text) => browserErrors.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
    });
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      browserErrors.push(`console: ${message.text()} ${pathOf(message.location().url)}`.trim());
    }
  });
  page.on('pageerror', (error) => browserErrors.push(`script: ${error}`));
  page.on('requestfailed', (request) => {
    const error = request.failure()?.errorText;
    // Chromium loads icons in the background, and stops when it needs no icon any more.
    if (error === 'net::ERR_ABORTED' && pathOf(request.url()).includes('/favicon')) return;
    browserErrors.push(`failed: ${request.url()} ${error}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (hostname !== 'localhost' && protocol !== 'data:') browserErrors.push(`elsewhere: ${request.url()}`);
  });
  return browserErrors;
}

function pathOf(url) {
  return url ? new URL(url).pathname : '';
}
