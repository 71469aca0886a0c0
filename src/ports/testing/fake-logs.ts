import { LogTracker } from '../../model/log-position.ts';
import type { ContainerEngine, EngineLogLine } from '../container-engine.ts';
import { createAsyncQueue, type AsyncQueue } from './async-queue.ts';
import type { FakeParts } from './fake-gate.ts';
import type { FakeContainer } from './fake-world.ts';

interface Follower {
	readonly container: FakeContainer;
	readonly queue: AsyncQueue<EngineLogLine>;
	sent: number;
}

export interface FakeLogs extends Pick<ContainerEngine, 'containerLogs' | 'followLog'> {
	/** Sends what the container wrote since the last call; ends the streams of one that no longer runs. */
	readonly notify: (containerId: string) => void;
	readonly breakStreams: (err: Error) => void;
}

export function createFakeLogs({ world, call }: FakeParts): FakeLogs {
	const followers = new Set<Follower>();
	const deliver = (follower: Follower): void => {
		const { container, queue } = follower;
		for (const line of container.logs.slice(follower.sent)) queue.push(line);
		follower.sent = container.logs.length;
		if (container.state !== 'running') queue.close();
	};
	return {
		notify(containerId) {
			for (const follower of [...followers]) {
				if (follower.container.id === containerId) deliver(follower);
			}
		},
		breakStreams(err) {
			for (const { queue } of [...followers]) queue.fail(err);
		},
		async *containerLogs(container, { since, follow, tail, signal }) {
			if (signal.aborted) return;
			const found = await call({ method: 'containerLogs', subject: container }, signal, () =>
				world.container(container),
			);
			const isWanted = ({ stamp }: EngineLogLine): boolean => since === undefined || stamp > since;
			yield* read(found, { isWanted, follow, tail, signal });
		},
		async *followLog(container, { from, tail, room, signal }) {
			if (signal.aborted) return;
			const found = await call({ method: 'followLog', subject: container }, signal, () =>
				world.container(container),
			);
			const isWanted = ({ stamp }: EngineLogLine): boolean =>
				from === undefined || stamp >= from.anchor;
			const tracker = new LogTracker(from);
			for await (const line of read(found, { isWanted, follow: true, tail, signal })) {
				await room?.();
				const lines = tracker.take([line]);
				const { position } = tracker;
				if (position !== undefined) yield { lines, position };
			}
		},
	};

	/** Lines are filtered as the engine does it, those to come, too. */
	async function* read(
		found: FakeContainer,
		{ isWanted, follow, tail = Infinity, signal }: Reading,
	): AsyncGenerator<EngineLogLine> {
		const sent = found.logs.length;
		yield* found.logs.slice(Math.max(0, sent - tail)).filter(isWanted);
		if (!follow) return;
		const queue = createAsyncQueue<EngineLogLine>(signal, () => followers.delete(follower));
		const follower: Follower = { container: found, queue, sent };
		followers.add(follower);
		deliver(follower);
		for await (const line of queue) if (isWanted(line)) yield line;
	}
}

interface Reading {
	readonly isWanted: (line: EngineLogLine) => boolean;
	readonly follow: boolean;
	readonly tail?: number | undefined;
	readonly signal: AbortSignal;
}
