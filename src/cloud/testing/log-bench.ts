import { createMemoryLogSpool, type MemoryLogSpool } from '../../ports/testing/memory-log-spool.ts';
import { startCollector, type LogCollector } from './log-collector.ts';
import { startLogSender, type LogSender, type LogSenderOptions } from './log-sender.ts';

/** A collector, a spool, and senders towards them. */
export interface LogBench {
	readonly collector: LogCollector;
	readonly spool: MemoryLogSpool;
	/** Sends to the collector, unless the options say otherwise. */
	readonly start: (options?: Partial<LogSenderOptions>) => LogSender;
	/** True once the collector has the message. */
	readonly has: (message: string) => () => boolean;
	/** How often it has it. */
	readonly timesOf: (message: string) => number;
	/** Every sender has stopped, and nobody collects any more. */
	readonly end: () => Promise<void>;
}

export async function startLogBench(): Promise<LogBench> {
	const collector = await startCollector();
	const spool = createMemoryLogSpool();
	const senders: LogSender[] = [];
	return {
		collector,
		spool,
		start: (options = {}) => {
			const config = { apiEndpoint: `http://127.0.0.1:${collector.port}` };
			const sender = startLogSender({ config, spool, ...options });
			senders.push(sender);
			return sender;
		},
		has: (message) => () => collector.messages.includes(message),
		timesOf: (message) => collector.messages.filter((one) => one === message).length,
		end: async () => {
			for (const sender of senders) await sender.stop();
			await collector.leave();
		},
	};
}
