import { readFileSync } from 'node:fs';
import { tlsFiles } from '../cloud/certificates.ts';
import { paths, readSettings } from '../settings.ts';
import { watchFrontConfig } from './config.ts';
import { createGateway } from './gateway.ts';
import { createMailReader } from './mails.ts';

const settings = readSettings();
const { tls, frontFile } = paths(settings);
const files = tlsFiles(tls);
const config = watchFrontConfig(frontFile);

const gateway = createGateway({
  certificate: readFileSync(files.certificateFile, 'utf8'),
  key: readFileSync(files.keyFile, 'utf8'),
  port: settings.frontPort,
  config,
  report: (line) => void process.stderr.write(`${line}\n`),
});
gateway.listen(settings.frontPort, '127.0.0.1');
createMailReader(settings.mailPort, config).listen(settings.mailPort, '127.0.0.1');
