import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tools } from '../actions/tools.ts';
import type { Argv } from '../commands/argv.ts';
import type { Transport } from './commands.ts';
import {
	closeConnection,
	deliver,
	findSupervisor,
	packFolder,
	reset,
	toAddress,
} from './commands.ts';
import { explainFailure } from './failures.ts';
import type { Expectation, PlaceFacts } from './place.ts';
import { parsePlace, requireFit } from './place.ts';

type SessionTools = Pick<Tools, 'shell' | 'progress'>;

/** A device that is being synced to. */
export interface Session {
	readonly transport: Transport;
	readonly place: PlaceFacts;
}

/**
 * Runs `work` with one connection that stays open throughout; it is closed whatever happens.
 * Over the engine's port every command has its own.
 */
export async function withConnection<T>(
	{ shell }: SessionTools,
	transport: Transport,
	work: (transport: Transport) => Promise<T>,
): Promise<T> {
	if (transport.kind === 'engine') return await work(transport);
	const dir = mkdtempSync(join(tmpdir(), 'sync-')); // short: the path of a socket has at most 108 characters
	const shared = { ...transport, controlPath: join(dir, 's') };
	try {
		return await work(shared);
	} finally {
		await shell.capture(closeConnection(shared)); // fails where there has never been one
		rmSync(dir, { recursive: true, force: true });
	}
}

/**
 * Finds the supervisor on a device.
 * @throws {ToolError} that says why there is none, or why nothing can be put onto it
 */
export async function openSession(
	tools: SessionTools,
	transport: Transport,
	expectation: Expectation = {},
): Promise<Session> {
	const place = await findPlace(tools, transport);
	requireFit(transport, place, expectation);
	const { container, engine, image, variant } = place;
	tools.progress.say(`found ${container} on ${toAddress(transport)} (${engine}, ${image})`);
	if (variant === 'prod') {
		tools.progress.say(
			'it is a production image: put its own supervisor back with --reset when done',
		);
	}
	return { transport, place };
}

/** As {@link openSession}, and takes any supervisor: for putting back what is released. */
export async function findPlace(
	{ shell }: SessionTools,
	transport: Transport,
): Promise<PlaceFacts> {
	const result = await shell.capture(findSupervisor(transport));
	if (result.code !== 0) throw explainFailure(transport, result);
	return parsePlace(result.stdout);
}

/** Puts a built ./dist onto the device. @returns when the supervisor started, as the engine writes times */
export async function deliverDist(
	{ shell }: SessionTools,
	{ transport, place }: Session,
	distDir: string,
): Promise<string> {
	const result = await shell.feed(packFolder(distDir), deliver(transport, place));
	if (result.code !== 0) throw explainFailure(transport, result);
	return result.stdout.trim();
}

/** Puts the released image back. @returns when the supervisor started */
export async function resetSupervisor(
	{ shell }: SessionTools,
	{ transport, place }: Session,
): Promise<string> {
	const command: Argv = reset(transport, place);
	const result = await shell.capture(command);
	if (result.code !== 0) throw explainFailure(transport, result);
	return result.stdout.trim();
}
