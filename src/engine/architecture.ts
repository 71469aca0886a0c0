import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { ContainerSpec } from '../model/container-spec.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

/**
 * Tells containers that cannot run here from those that can. The engine warns when an image is for another platform, and
 * starts it all the same, because the kernel may emulate it; where the kernel does not, the process ends at once with
 * `exec format error` in its log and an unhelpful exit code.
 */
export interface ArchitectureWatch {
	/** Remembers the container when the engine's warnings say that its platform is another. */
	readonly note: (created: {
		readonly containerId: string;
		readonly spec: ContainerSpec;
		readonly warnings: readonly string[];
	}) => void;
	/**
	 * Resolves when the container, if it was noted, lives or ended for another reason.
	 * @throws {SupervisorError} IMAGE_WRONG_ARCHITECTURE; the container is stopped then
	 */
	readonly confirm: (container: string, signal: AbortSignal) => Promise<void>;
	readonly forget: (container: string) => void;
}

export interface ArchitectureWatchDeps {
	readonly clock: Clock;
	/** Looked up at each use: the watch and the calls need one another. */
	readonly calls: () => Pick<
		ContainerEngine,
		'inspectContainer' | 'stopContainer' | 'containerLogs'
	>;
}

interface Suspect {
	readonly containerId: string;
	readonly name: string;
	readonly image: string;
	readonly platforms: string;
}

/** A process that cannot be executed has ended by then. */
const looks = 5;
const pauseMs = 200;

export function createArchitectureWatch({
	clock,
	calls,
}: ArchitectureWatchDeps): ArchitectureWatch {
	const suspects = new Map<string, Suspect>();
	const find = (container: string): Suspect | undefined =>
		suspects.get(container) ?? [...suspects.values()].find(({ name }) => name === container);
	return {
		note({ containerId, spec, warnings }) {
			const platforms = warnings.map(otherPlatform).find((found) => found !== undefined);
			if (platforms === undefined) return;
			const { name, config } = spec;
			suspects.set(containerId, { containerId, name, image: config.Image, platforms });
		},
		async confirm(container, signal) {
			const suspect = find(container);
			if (suspect === undefined) return;
			for (let look = 0; look < looks; look++) {
				await clock.sleep(pauseMs, signal);
				if (!(await hasFormatError(suspect, signal))) continue;
				await calls().stopContainer(suspect.containerId, signal);
				throw new SupervisorError(
					`image ${suspect.image} is made for another architecture (${suspect.platforms})`,
					{ code: 'IMAGE_WRONG_ARCHITECTURE' },
				);
			}
		},
		forget(container) {
			const suspect = find(container);
			if (suspect !== undefined) suspects.delete(suspect.containerId);
		},
	};

	/** Logs that cannot be read tell nothing. */
	async function hasFormatError({ containerId }: Suspect, signal: AbortSignal): Promise<boolean> {
		const options = { follow: false, tail: 5, signal };
		try {
			for await (const { message } of calls().containerLogs(containerId, options)) {
				if (message.includes('exec format error')) return true;
			}
		} catch (err) {
			if (signal.aborted) throw err;
		}
		return false;
	}
}

/** @returns `linux/arm64, and the device is linux/amd64` when the warning is about that */
function otherPlatform(warning: string): string | undefined {
	const pattern = /platform \(([^)]+)\) does not match the detected host platform \(([^)]+)\)/;
	const [, wanted, own] = pattern.exec(warning) ?? [];
	if (wanted === undefined || own === undefined) return undefined;
	return `${wanted}, and the device is ${own}`;
}
