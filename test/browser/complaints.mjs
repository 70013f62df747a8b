// What a browser complains about while it shows a page.

// complaintsOf collects them from now on: what the console says, scripts that throw, requests that fail
// or leave this machine, and violations of the Content-Security-Policy.
export async function complaintsOf(page) {
  const complaints = [];
  await page.exposeFunction('reportViolation', (text) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
    });
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      complaints.push(`console: ${message.text()} ${pathOf(message.location().url)}`.trim());
    }
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (hostname !== 'localhost' && protocol !== 'data:') complaints.push(`elsewhere: ${request.url()}`);
  });
  return complaints;
}

function pathOf(url) {
  return url ? new URL(url).pathname : '';
}
