import {
	createServer,
	request as sendRequest,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the real engine listens. */
export type EngineAddress =
	{ readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface EngineCall {
	readonly method: string;
	/** Path without the API version and the query. */
	readonly path: string;
	readonly query: string;
	/** What the engine answered; absent while it has not, and when the call never reached it. */
	status?: number | undefined;
}

export type CallVerdict = 'pass' | 'drop' | number | { readonly body: string };

/** What a test may do to a call on its way. */
export interface EngineProxyHooks {
	/**
	 * Called before the call is forwarded; `drop` answers nothing and closes the connection, a number answers that status,
	 * a body comes with 200.
	 */
	readonly onCall?: ((call: EngineCall) => CallVerdict | Promise<CallVerdict>) | undefined;
	/** Called with the first bytes of the engine's answer, before they are passed on; `drop` closes the connection. */
	readonly onAnswer?: ((call: EngineCall) => 'pass' | 'drop') | undefined;
}

/** An HTTP proxy in front of a real engine that counts its calls and lets a test stop the world at one of them. */
export interface EngineProxy {
	/** For DOCKER_HOST: `tcp://<host>:<port>`. */
	readonly url: string;
	/** Every call since the start or the last `forget`. */
	calls(): readonly EngineCall[];
	forget(): void;
	setHooks(hooks: EngineProxyHooks): void;
	close(): Promise<void>;
}

/** @param host - address to listen on; default: this computer only */
export async function startEngineProxy(
	engine: EngineAddress,
	host = '127.0.0.1',
): Promise<EngineProxy> {
	let calls: EngineCall[] = [];
	let hooks: EngineProxyHooks = {};
	const server = createServer((request, response) => {
		const call = callOf(request);
		calls.push(call);
		void pass({ request, response, call, hooks, engine }).catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, host, resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `tcp://${host}:${port}`,
		calls: () => calls,
		forget: () => void (calls = []),
		setHooks: (next) => void (hooks = next),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function callOf({ method = 'GET', url = '' }: IncomingMessage): EngineCall {
	const [path = '', query = ''] = url.split('?', 2);
	return { method, path: path.replace(/^\/v\d+\.\d+/, ''), query: decodeURIComponent(query) };
}

interface Passage {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly call: EngineCall;
	readonly hooks: EngineProxyHooks;
	readonly engine: EngineAddress;
}

async function pass({ request, response, call, hooks, engine }: Passage): Promise<void> {
	const verdict = (await hooks.onCall?.(call)) ?? 'pass';
	if (verdict === 'drop') {
		request.socket.destroy();
		return;
	}
	if (typeof verdict === 'number') {
		response.writeHead(verdict, { 'content-type': 'application/json' });
		response.end('{"message":"made by the test"}');
		return;
	}
	if (typeof verdict === 'object') {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(verdict.body);
		return;
	}
	const { method, url, headers } = request;
	const forwarded = sendRequest({ ...engine, method, path: url, headers }, (answer) => {
		call.status = answer.statusCode;
		if (hooks.onAnswer?.(call) === 'drop') {
			request.socket.destroy();
			forwarded.destroy();
			return;
		}
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		response.flushHeaders();
		answer.pipe(response);
		answer.once('error', () => response.destroy());
	});
	forwarded.once('error', () => response.destroy());
	response.once('close', () => forwarded.destroy());
	request.pipe(forwarded);
}
