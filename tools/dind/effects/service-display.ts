import cliProgress from 'cli-progress';
import type { DindStatus } from '../status/device-status.ts';
import { summarize } from '../status/render.ts';
import type { Progress } from './progress.ts';

/** Shows where the services of a device are while somebody waits for them. */
export interface ServiceDisplay {
	show(status: DindStatus): void;
	/** Leaves what was shown last and gives the terminal back. */
	close(): void;
}

/** One line for every change: for logs and pipes. */
export function createLineDisplay(progress: Progress): ServiceDisplay {
	return { show: (status) => progress.update(summarize(status)), close: () => undefined };
}

/**
 * A bar for each service, redrawn in place; lines as long as there is no service.
 * @param stream - a terminal
 */
export function createBarDisplay(progress: Progress, stream: NodeJS.WriteStream): ServiceDisplay {
	const bars = new Map<string, cliProgress.SingleBar>();
	const drawing = new cliProgress.MultiBar({
		stream,
		format: '  {name} [{bar}] {percent} {status}',
		barCompleteChar: '#',
		barIncompleteChar: '.',
		barsize: 30,
		hideCursor: true,
		emptyOnZero: true,
	});
	return {
		show(status) {
			const services = status.apps.flatMap((app) => app.services);
			if (services.length === 0 && bars.size === 0) progress.update(summarize(status));
			const width = Math.max(0, ...services.map(({ name }) => name.length));
			for (const service of services) {
				const { value, ...payload } = toBar(service, width);
				const bar = bars.get(service.name) ?? drawing.create(100, 0, payload);
				bars.set(service.name, bar);
				bar.update(value, payload);
			}
		},
		close: () => drawing.stop(),
	};
}

/** What stands on a service's line: a service that is past its download has a full bar. */
export function toBar(
	{ name, status, downloadProgress }: DindStatus['apps'][number]['services'][number],
	nameWidth: number,
) {
	const value = downloadProgress ?? (status === 'Downloading' ? 0 : 100);
	return { name: name.padEnd(nameWidth), value, percent: `${value} %`.padStart(5), status };
}
