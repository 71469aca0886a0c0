import type { LogPosition } from '../model/log-position.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

export interface Relocation {
	readonly containerId: string;
	readonly position: LogPosition;
	/** A stamp from which on the lines that are not known must be looked for. */
	readonly since: string;
	readonly tty: boolean;
	readonly signal: AbortSignal;
}

/**
 * The same place, told by an earlier anchor. When the wall clock has run back, new lines are stamped before those that
 * were read, and the engine would hold them back.
 */
export async function relocate(
	engine: Pick<ContainerEngine, 'containerLogs'>,
	{ containerId, position, since, tty, signal }: Relocation,
): Promise<LogPosition> {
	let lines = 0;
	let known = 0;
	for await (const { stamp } of engine.containerLogs(containerId, {
		...{ since, tty, signal, follow: false },
	})) {
		lines += 1;
		if (stamp === position.last) known = lines;
	}
	return { anchor: since, count: known, last: position.last };
}
