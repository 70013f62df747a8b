// Redoc on this server's contract, to read.
Redoc.init('/openapi.yaml', { // in YAML the members have the contract's order
  disableSearch: true, // it would need a worker made of a blob, which the policy forbids; the browser can search the page
  nativeScrollbars: true,
  jsonSampleExpandLevel: 'all',
}, document.getElementById('reference'));
