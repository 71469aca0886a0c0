import { digestOf } from '../../kit/digest.ts';
import { SupervisorError } from '../../kit/errors.ts';
import type { BootBackend, BootFault, BootValues } from '../../model/boot-config.ts';
import type { BootConfig } from '../boot-config.ts';

/** Boot configuration in memory. */
export interface FakeBootConfig extends BootConfig {
	deviceType: string;
	/** What each backend that the device has says now. */
	readonly backends: Map<BootBackend, BootValues>;
	/** Backends whose changes fail. */
	readonly failing: Set<BootBackend>;
	/** Backends that cannot be read. */
	readonly unreadable: Set<BootBackend>;
	/** `backend change` of every change that was made, in order. */
	readonly changes: string[];
	/** Times it was made ready. */
	prepared: number;
	/** The host boots. */
	boot(): void;
}

/** A device without any backend, until one is put into `backends`. */
export function createFakeBootConfig(): FakeBootConfig {
	const atBoot = new Map<BootBackend, Readonly<Record<string, string>>>();
	return {
		deviceType: 'raspberrypi4-64',
		backends: new Map(),
		failing: new Set(),
		unreadable: new Set(),
		changes: [],
		prepared: 0,
		boot: () => atBoot.clear(),
		prepare() {
			this.prepared += 1;
			return Promise.resolve();
		},
		observe() {
			const files = [...this.backends]
				.filter(([backend]) => !this.unreadable.has(backend))
				.map(([backend, values]) => {
					const digestsAtBoot = atBoot.get(backend) ?? digestsOf(values);
					atBoot.set(backend, digestsAtBoot);
					return { backend, values, digestsAtBoot };
				});
			const faults = [...this.unreadable].map((backend): BootFault => ({
				backend,
				reason: `${backend} is torn`,
			}));
			return Promise.resolve({ deviceType: this.deviceType, files, faults });
		},
		change(backend, change) {
			if (this.failing.has(backend)) return Promise.reject(failure(backend));
			const all: Record<string, readonly string[] | null> = {
				...this.backends.get(backend),
				...change,
			};
			const values = Object.entries(all).flatMap(([name, items]) =>
				items === null ? [] : [[name, items] as const],
			);
			this.backends.set(backend, Object.fromEntries(values));
			this.changes.push(`${backend} ${JSON.stringify(change)}`);
			return Promise.resolve();
		},
	};
}

function digestsOf(values: BootValues): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(values).map(([name, items]) => [name, digestOf(items)] as const),
	);
}

function failure(backend: string): SupervisorError {
	return new SupervisorError(`cannot write ${backend}: the disk is read-only`, {
		code: 'HOST_FAILED',
	});
}
