import Docker from 'dockerode';
import { hasCode } from '../kit/errors.ts';
import { chooseApiVersion, type EngineVersions } from './api-version.ts';
import { dial } from './dial.ts';
import { underLimit } from './limits.ts';
import { PlainAgent } from './plain-agent.ts';
import { QuietAgent } from './quiet-agent.ts';

/** Where the engine listens. */
export type EngineAddress =
	{ readonly socketPath: string } | { readonly host: string; readonly port: number };

/** A dockerode that speaks the engine's API version, asked for once and again after each break. */
export interface EngineClient {
	readonly get: () => Promise<Docker>;
	/** The same, by a {@link PlainAgent}. */
	readonly getPlain: () => Promise<Docker>;
	/** After a broken connection the version is asked for again: the engine may come back as another. */
	readonly noteFailure: (err: unknown) => void;
	readonly close: () => void;
}

/** Longest wait for the engine's version. */
const versionMs = 60_000;

const nobody = new AbortController().signal;

export function createClient(address: EngineAddress): EngineClient {
	const agent = new QuietAgent();
	// Explicit members keep DOCKER_HOST and its kin from deciding where dockerode connects.
	const base = { host: '', protocol: 'http', agent, ...address } as const;
	const plainAgent = new PlainAgent();
	let negotiated: Promise<Dockers> | undefined;
	const negotiate = async (): Promise<Dockers> => {
		const plain = new Docker(base);
		const told = await underLimit(nobody, versionMs, (abortSignal) =>
			dial(plain, { method: 'GET', path: '/version' }, abortSignal),
		);
		const version = chooseApiVersion(told as EngineVersions);
		return {
			usual: new Docker({ ...base, version }),
			plain: new Docker({ ...base, version, ...{ agent: plainAgent } }),
		};
	};
	const both = (): Promise<Dockers> => {
		negotiated ??= negotiate().catch((err: unknown) => {
			negotiated = undefined;
			throw err;
		});
		return negotiated;
	};
	return {
		close() {
			agent.destroy();
			plainAgent.destroy();
		},
		noteFailure(err) {
			if (hasCode(err, 'ENGINE_UNAVAILABLE')) negotiated = undefined;
		},
		get: async () => (await both()).usual,
		getPlain: async () => (await both()).plain,
	};
}

interface Dockers {
	readonly usual: Docker;
	readonly plain: Docker;
}
