import type { ContainerEngine, EngineLogLine } from '../container-engine.ts';
import { createAsyncQueue, type AsyncQueue } from './async-queue.ts';
import type { FakeParts } from './fake-gate.ts';
import type { FakeContainer } from './fake-world.ts';

interface Follower {
	readonly container: FakeContainer;
	readonly queue: AsyncQueue<EngineLogLine>;
	sent: number;
}

export interface FakeLogs extends Pick<ContainerEngine, 'containerLogs'> {
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
			const lines = found.logs.filter(({ stamp }) => since === undefined || stamp > since);
			const sent = found.logs.length;
			yield* lines.slice(tail === undefined ? 0 : Math.max(0, lines.length - tail));
			if (!follow) return;
			const queue = createAsyncQueue<EngineLogLine>(signal, () => followers.delete(follower));
			const follower: Follower = { container: found, queue, sent };
			followers.add(follower);
			deliver(follower);
			yield* queue;
		},
	};
}
