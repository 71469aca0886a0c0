import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { LogSpool } from '../../ports/log-spool.ts';
import { createDialer, type DialerDeps } from '../dialer.ts';
import {
	createCloudLogStream,
	type CloudLogStream,
	type CloudLogStreamDeps,
} from '../log-stream.ts';
import { createMemoryConfig } from './memory-config.ts';

/** A log stream under a clock that goes as the test tells it, towards a server over real sockets. */
export interface LogSender {
	readonly stream: CloudLogStream;
	readonly clock: FakeClock;
	mode: 'on' | 'paused' | 'off';
	write(message: string, more?: Partial<LogLine>): void;
	/** Time goes on in steps until it is so. @throws {Error} when it never is */
	until(what: string, isSo: () => boolean, options?: UntilOptions): Promise<void>;
	/** So much time goes by, in steps. */
	pass(ms: number, stepMs?: number): Promise<void>;
	/** The supervisor stops. */
	stop(): Promise<void>;
}

export interface UntilOptions {
	/** Time that goes by at each step, in milliseconds; 0: none, only the real sockets are waited for. Default 100. */
	readonly stepMs?: number;
	/** Done at each step. */
	readonly meanwhile?: () => void;
}

export interface LogSenderOptions
	extends
		DialerDeps,
		Partial<Pick<CloudLogStreamDeps, 'provisioned' | 'apiEndpointOverride' | 'retransmissionsOf'>> {
	readonly config: Record<string, unknown>;
	readonly spool: LogSpool;
	readonly clock?: FakeClock;
}

/** Without a look at the kernel's table, which would take real time. */
const allIsWell = (): Promise<number> => Promise.resolve(0);
const device = { uuid: 'd'.repeat(32), deviceApiKey: 'K' };
const steps = 20_000;
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

export function startLogSender(options: LogSenderOptions): LogSender {
	const { spool, clock = createFakeClock(), provisioned = () => Promise.resolve() } = options;
	const stop = new AbortController();
	const state = { isOver: false };
	const stream = createCloudLogStream({
		config: createMemoryConfig({ ...device, ...options.config }),
		apiEndpointOverride: options.apiEndpointOverride,
		provisioned,
		userAgent: () => Promise.resolve('Supervisor/20.0.0'),
		mode: () => sender.mode,
		retransmissionsOf: options.retransmissionsOf ?? allIsWell,
		dialer: createDialer(options),
		spool,
		clock,
		random: { fraction: () => 0 },
		log: silentLogger,
	});
	const sender: LogSender = {
		...{ stream, clock, mode: 'on' },
		write: (message, more = {}) =>
			stream.write({
				...{ message, timestampMs: clock.now().getTime(), isSystem: false, isStdErr: false },
				...{ serviceId: 1, ...more },
			}),
		async until(what, isSo, { stepMs = 100, meanwhile } = {}) {
			for (let step = 0; step < steps; step++) {
				if (isSo()) return;
				meanwhile?.();
				await clock.advance(stepMs);
				await breath();
			}
			throw new Error(`it never came about: ${what}`);
		},
		async pass(ms, stepMs = 1000) {
			for (let passed = 0; passed < ms; passed += stepMs) {
				await clock.advance(stepMs);
				await breath();
			}
		},
		async stop() {
			stop.abort();
			await sender.until('the stream ends', () => state.isOver);
			await running;
		},
	};
	const running = stream.run(stop.signal).finally(() => (state.isOver = true));
	return sender;
}
