import { afterEach, expect, it, vi } from 'vitest';
import { cloudEnvironment, readSettings, serviceEnvironment } from '../../../../scripts/local/settings.ts';

const proxies = ['HTTP_PROXY', 'https_proxy', 'ALL_PROXY', 'no_proxy', 'npm_config_proxy', 'npm_config_https_proxy'];

afterEach(() => vi.unstubAllEnvs());

it.each([...proxies, 'npm_config_noproxy', 'NODE_USE_ENV_PROXY'])(
  'no part of the local cloud is told of %s',
  (name) => {
    vi.stubEnv(name, 'http://127.0.0.1:9');
    const settings = readSettings({ ownsCloud: true });
    expect([serviceEnvironment(settings)[name], cloudEnvironment(settings)[name]]).toEqual([undefined, undefined]);
  },
);

it('an endpoint of somebody else may be behind a proxy', () => {
  vi.stubEnv('HTTP_PROXY', 'http://proxy.test');
  const settings = readSettings({ ownsCloud: false, endpointUrl: 'http://cloud.test' });
  expect(cloudEnvironment(settings)['HTTP_PROXY']).toBe('http://proxy.test');
});
