import { Agent, get } from 'node:http';

export interface Pings {
	stop(): void;
	/** Resolves when the last one is answered, with how long each took, in milliseconds; Infinity where no answer came. */
	times(): Promise<number[]>;
}

const everyMs = 5;

/** One every few milliseconds, whether the last one is answered or not: none is spared a moment of silence. */
export function startPings(url: string): Pings {
	const agent = new Agent({ keepAlive: true });
	const sent: Promise<number>[] = [];
	const timer = setInterval(() => sent.push(ping(url, agent)), everyMs);
	return {
		stop: () => clearInterval(timer),
		times: () => Promise.all(sent).finally(() => agent.destroy()),
	};
}

function ping(url: string, agent: Agent): Promise<number> {
	const sentAt = performance.now();
	return new Promise((resolve) => {
		const fail = (): void => resolve(Infinity);
		get(url, { agent }, (answer) => {
			answer.resume().once('end', () => resolve(performance.now() - sentAt));
			answer.once('error', fail);
		}).once('error', fail);
	});
}
