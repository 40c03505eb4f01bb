import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ready } from '../bin/ready.js';

// Makes a certificate and SSH host keys for development, in this folder: node certs/make.js [host…]
// They are never committed. arrivage itself makes its own at the first start, under the data folder.

ready();
const { makeOwn } = await import('../dist/identity/certificate.js');
const { openHostKeys } = await import('../dist/identity/host-keys.js');

const folder = fileURLToPath(new URL('.', import.meta.url));
const hosts = process.argv.length > 2 ? process.argv.slice(2) : ['localhost', '127.0.0.1', '::1'];
const pem = makeOwn(hosts, new Date());
const [cert, key] = pem.split(/(?=-----BEGIN PRIVATE KEY-----)/);
writeFileSync(`${folder}cert.pem`, cert);
writeFileSync(`${folder}key.pem`, key, { mode: 0o600 });
const hostKeys = await openHostKeys(folder);

console.log(`certs/cert.pem and certs/key.pem for ${hosts.join(', ')}`);
for (const { type, fingerprint } of hostKeys) console.log(`certs/identity: ${type} ${fingerprint}`);
console.log('To serve with them: ARRIVAGE_TLS_CERT=certs/cert.pem ARRIVAGE_TLS_KEY=certs/key.pem npm start');
