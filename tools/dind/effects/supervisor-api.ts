import type { z } from 'zod';
import { readApiKey } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { ToolError, toMessage } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { ask } from './http.ts';
import { readObstacle } from './obstacle.ts';
import type { Shell } from './shell.ts';

/** The supervisor's API of one device, with its global key. */
export interface SupervisorApi {
	readonly url: string;
	/** @throws {ToolError} if nothing answers within ten seconds */
	request(method: string, path: string, body?: string): Promise<HttpAnswer>;
	/** A JSON answer, checked. @throws {ToolError} for other answers */
	get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
}

const ANSWER_WITHIN_MS = 10_000;

export function createSupervisorApi(url: string, key: string): SupervisorApi {
	const request: SupervisorApi['request'] = async (method, path, body) => {
		try {
			return await ask(`${url}${path}`, {
				method,
				headers: {
					authorization: `Bearer ${key}`,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				withinMs: ANSWER_WITHIN_MS,
				...(body === undefined ? {} : { body }),
			});
		} catch (cause) {
			throw new ToolError(`the supervisor does not answer on ${url}: ${toMessage(cause)}`, {
				cause,
			});
		}
	};
	return {
		url,
		request,
		async get(path, schema) {
			const { status, text } = await request('GET', path);
			if (status !== 200) throw new ToolError(`GET ${path} was answered with ${status}: ${text}`);
			const parsed = schema.safeParse(parseJson(text));
			if (parsed.success) return parsed.data;
			throw new ToolError(
				`GET ${path} was answered with something unexpected: ${text.slice(0, 200)}`,
			);
		},
	};
}

/** Opens the API of a running device. @throws {ToolError} while its supervisor gives out no key */
export async function openSupervisorApi(
	shell: Shell,
	names: DindNames,
	url: string,
): Promise<SupervisorApi> {
	await requireAnswer(url); // asking for the key starts a process in the device
	await requireNoObstacle(url);
	const { code, stdout, stderr } = await shell.capture(readApiKey(names));
	const key = stdout.trim();
	if (code === 0 && key !== '') return createSupervisorApi(url, key);
	throw new ToolError(explainNoKey(stderr.trim() === '' ? stdout : stderr), {
		todo: 'See ./dindctl logs -n 50 -u resin-supervisor-dind.',
	});
}

/** @throws {ToolError} unless the supervisor listens */
async function requireAnswer(url: string): Promise<void> {
	try {
		await ask(`${url}/ping`, { withinMs: ANSWER_WITHIN_MS });
	} catch (cause) {
		throw new ToolError(`the supervisor does not answer on ${url} (yet)`, {
			todo: 'See ./dindctl logs -n 50 -u resin-supervisor-dind.',
			cause,
		});
	}
}

/** @throws {ToolError} with the words of a supervisor that cannot start; its key is of no use then */
async function requireNoObstacle(url: string): Promise<void> {
	const obstacle = await readObstacle(url);
	if (obstacle === undefined) return;
	throw new ToolError(`the supervisor cannot start: ${obstacle}`, {
		todo: 'Mend that (./dindctl shell leads into the device); the supervisor goes on by itself.',
	});
}

/** What keeps the supervisor from telling its key, without ids that differ from one try to the next. */
function explainNoKey(said: string): string {
	if (/no such container/i.test(said)) return 'the supervisor has not been started yet';
	if (/is not running|is restarting|OCI runtime/i.test(said))
		return "the supervisor's container does not run";
	const last = said.trim().split('\n').at(-1) ?? '';
	return `the supervisor is not up yet (${last === '' ? 'it gives out no API key' : last})`;
}

function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}
