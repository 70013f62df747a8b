// Other origins: the site of the web client, and a site that isn't allowed.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// startSite serves an HTML page at every path except /page.js, which is empty until serve is called.
export async function startSite() {
  let script = '';
  const html = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="page"></div><script src="/page.js"></script>';
  const http = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? script : html);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://localhost:${http.address().port}`,
    serve(text) { script = text; },
    stop() {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(resolve));
    },
  };
}

// webClient bundles the stand-in for the existing web client, which calls the API at this URL.
export async function webClient(api) {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('page.jsx', import.meta.url))],
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'window.API': JSON.stringify(api) },
  });
  return bundle.outputFiles[0].text;
}
