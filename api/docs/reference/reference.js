// Redoc for this server's contract.
Redoc.init('../openapi.yaml', { // YAML keeps the contract's order of members
  disableSearch: true, // the search needs a worker from a blob, which the Content-Security-Policy forbids; the browser can search the page
  nativeScrollbars: true,
  jsonSampleExpandLevel: 'all',
}, document.getElementById('reference'));
