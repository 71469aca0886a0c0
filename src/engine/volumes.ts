import { labelNames } from '../model/labels.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { alreadySo } from './errors.ts';
import { mapAnswer, type RawLabels } from './raw.ts';

type VolumeCalls = Pick<ContainerEngine, 'listVolumes' | 'createVolume' | 'removeVolume'>;

/** Removing a volume deletes its files, which may be many. */
const removalMs = 600_000;

/** A member of `GET /volumes`. */
interface RawVolume {
	readonly Name: string;
	readonly Driver?: string;
	readonly Labels?: RawLabels;
}

export function createVolumeCalls({ call }: EngineConnection): VolumeCalls {
	return {
		async listVolumes(signal) {
			const filters = { label: [labelNames.supervised] };
			const answer = await call(signal, (docker, abortSignal) =>
				docker.listVolumes({ filters, abortSignal }),
			);
			return mapAnswer(answer.Volumes, ({ Name, Driver, Labels }: RawVolume) => ({
				name: Name,
				driver: Driver ?? '',
				labels: Labels ?? {},
			}));
		},
		async createVolume({ name, driver, driverOpts, labels }, signal) {
			const options = {
				Name: name,
				Driver: driver,
				DriverOpts: { ...driverOpts },
				Labels: { ...labels },
			};
			await call(signal, (docker, abortSignal) => docker.createVolume({ ...options, abortSignal }));
		},
		async removeVolume(volumeName, signal) {
			const work = call(
				signal,
				(docker, abortSignal) => docker.getVolume(volumeName).remove({ abortSignal }),
				removalMs,
			);
			await alreadySo(work, [404]);
		},
	};
}
