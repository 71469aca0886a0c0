import type { Schemas } from '../../tools/client/client.ts';

/** The last readings of a service, oldest first. */
export interface Samples {
	readonly memory: readonly number[];
	readonly cpu: readonly number[];
}

/** By `appUuid/serviceName`. */
export type SampleBook = Readonly<Record<string, Samples>>;

const most = 60;

/** The book with the readings of one more status; services that are gone are dropped. */
export function nextSamples(book: SampleBook, { apps }: Schemas['Status']): SampleBook {
	const entries = apps.flatMap(({ appUuid, services }) =>
		services
			.filter(({ isTarget }) => isTarget)
			.map(({ serviceName, memoryBytes, cpuPercent }): [string, Samples] => {
				const key = `${appUuid}/${serviceName}`;
				const { memory = [], cpu = [] } = book[key] ?? {};
				return [key, { memory: added(memory, memoryBytes), cpu: added(cpu, cpuPercent) }];
			}),
	);
	return Object.fromEntries(entries);
}

function added(values: readonly number[], value: number | undefined): readonly number[] {
	return value === undefined ? values : [...values, value].slice(-most);
}
