import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { labelNames } from '../model/labels.ts';
import type { EngineConnection } from './connection.ts';

interface ExistingDeps {
	readonly connection: EngineConnection;
	readonly clock: Clock;
}

/** The engine reserves a name before the container can be seen; a creation takes no longer than this. */
const looks = 50;
const pauseMs = 100;

/**
 * The container that has the name which a creation was refused for.
 * @param conflict - the refusal
 * @returns its id
 * @throws `conflict` when none appears, when it is about to go, or when it is not ours
 */
export async function existingContainer(
	{ connection, clock }: ExistingDeps,
	{ name, conflict }: { readonly name: string; readonly conflict: unknown },
	signal: AbortSignal,
): Promise<string> {
	for (let look = 0; look < looks; look++) {
		const found = await inspect(connection, name, signal);
		if (found !== undefined && (isLeaving(found.State.Status) || isOthers(found))) throw conflict;
		if (found !== undefined) return found.Id;
		await clock.sleep(pauseMs, signal);
	}
	throw conflict;
}

async function inspect({ call }: EngineConnection, name: string, signal: AbortSignal) {
	try {
		return await call(signal, (docker, abortSignal) =>
			docker.getContainer(name).inspect({ abortSignal }),
		);
	} catch (err) {
		if (hasCode(err, 'ENGINE_NOT_FOUND')) return undefined;
		throw err;
	}
}

function isLeaving(state: string): boolean {
	return state === 'removing' || state === 'dead';
}

function isOthers({ Config }: { readonly Config: { readonly Labels?: object | null } }): boolean {
	return !Object.hasOwn(Config.Labels ?? {}, labelNames.supervised);
}
