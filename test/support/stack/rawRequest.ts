import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

/** Sends bytes that no HTTP client would send. Returns what comes back until the other end closes or stays silent. */
export function rawRequest(to: { readonly port: number; readonly caFile: string }, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(to.caFile);
    const socket = connect({ host: '127.0.0.1', port: to.port, servername: 'localhost', ca });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('end', () => resolve(text));
    socket.setTimeout(silenceMs, () => {
      socket.destroy();
      resolve(text);
    });
    socket.on('secureConnect', () => socket.write(Buffer.from(request, 'latin1')));
  });
}

const silenceMs = 5000;
