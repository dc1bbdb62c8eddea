import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { Problem } from '../common/errors.js';
import { isLoopback } from '../common/loopback.js';
import type { Secrets } from '../common/secrets.js';

/** The proxies of the environment, as other programs read them. */
export interface ProxySettings {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  /** Hosts that are reached without a proxy, as in NO_PROXY. */
  readonly none: string;
}

/** Idle connections are dropped before a common server's own keep-alive limit of 5 s can race a send. */
const IDLE_MS = 4_000;

const CONNECTIONS = {
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
  pipelining: 1,
  // The whole request has one deadline of its own.
  headersTimeout: 0,
  bodyTimeout: 0,
  connectTimeout: 0,
} as const;

/** Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY; the small letters win, as with curl. A password is kept as a secret. */
export function readProxies(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: Pick<Secrets, 'add'>,
): ProxySettings {
  const read = (name: string): string | undefined =>
    (environment[name.toLowerCase()] ?? environment[name])?.trim() || undefined;
  const proxy = (name: string): URL | undefined => {
    const text = read(name);
    if (text === undefined) return undefined;
    const url = checkedProxy(name, text);
    keepSecret(url, secrets);
    return url;
  };
  return { http: proxy('HTTP_PROXY'), https: proxy('HTTPS_PROXY'), none: read('NO_PROXY') ?? '' };
}

function checkedProxy(name: string, text: string): URL {
  // Without a scheme it is one of HTTP, as with curl.
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  // What cannot be read may hold a password: it is not repeated.
  const said = url === undefined ? 'cannot be read' : `names a proxy of the kind ${url.protocol}//`;
  throw new Problem('proxy', `${name} ${said}.`, {
    remedy: 'Write an address such as http://proxy.example.com:3128, or leave it out.',
  });
}

function keepSecret(url: URL, secrets: Pick<Secrets, 'add'>): void {
  if (url.password === '') return;
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  for (const secret of [url.password, password, `${user}:${password}`]) secrets.add(secret ?? '');
}

/**
 * The connections to the portal: through a proxy if the environment names one for that host. A portal on this machine,
 * such as the sandbox, is reached without.
 */
export function createDispatcher(baseUrl: string, proxies?: ProxySettings): Dispatcher {
  if (isLoopback(new URL(baseUrl).hostname) || (proxies?.http === undefined && proxies?.https === undefined))
    return new Agent(CONNECTIONS);
  const { http, https, none } = proxies;
  return new EnvHttpProxyAgent({
    ...CONNECTIONS,
    // Empty: not to be read from the process's own environment.
    httpProxy: http?.href ?? '',
    httpsProxy: https?.href ?? '',
    noProxy: none,
    clientFactory: connectionsTo,
  });
}

/** Connections to a proxy: what goes wrong on the way to the portal names the proxy, and nothing of its password. */
function connectionsTo(proxy: URL, options: object): Dispatcher {
  const pool = new Pool(proxy, options);
  const connect = pool.connect.bind(pool);
  const failed = (code: string, said: string): Error =>
    Object.assign(new Error(`the proxy ${proxy.protocol}//${proxy.host} ${said}`), { code });
  const throughProxy = async (target: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const connected = await connect(target).catch((error: unknown) => {
      throw failed('proxy_unreachable', `cannot be reached: ${messageOf(error)}`);
    });
    if (connected.statusCode === 200) return connected;
    connected.socket.on('error', () => undefined).destroy();
    const status = `(HTTP ${connected.statusCode})`;
    throw LOGIN.has(connected.statusCode)
      ? failed(
          'proxy_login',
          `asks for a user name and a password, or does not accept the given ones ${status}`,
        )
      : failed('proxy_refused', `does not connect us to ${target.path} ${status}`);
  };
  return Object.assign(pool, { connect: throughProxy });
}

/** 407 as the standard has it; tinyproxy says 401 to a wrong password. */
const LOGIN: ReadonlySet<number> = new Set([401, 407]);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
