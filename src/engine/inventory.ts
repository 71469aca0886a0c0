import type { EngineInventory, EngineContainer, EngineObject } from '../ports/engine-inventory.ts';
import type { EngineConnection } from './connection.ts';
import { toObservedImage } from './images.ts';
import { mapAnswer, type Maybe, type RawLabels } from './raw.ts';

/** Networks that every engine has, and that nobody can remove. */
const enginesOwn: readonly string[] = ['bridge', 'host', 'none'];

export function createInventoryCalls({ call }: EngineConnection): EngineInventory {
	return {
		async listEverything(signal) {
			const [containers, images, networks, volumes] = await Promise.all([
				call(signal, (docker, abortSignal) => docker.listContainers({ all: true, abortSignal })),
				call(signal, (docker, abortSignal) => docker.listImages({ abortSignal })),
				call(signal, (docker, abortSignal) => docker.listNetworks({ abortSignal })),
				call(signal, (docker, abortSignal) => docker.listVolumes({ abortSignal })),
			]);
			return {
				containers: mapAnswer(containers, toContainer),
				images: mapAnswer(images, toObservedImage).map(({ engineImageId, references, labels }) => ({
					id: engineImageId,
					names: references,
					labels,
				})),
				networks: mapAnswer(networks, toNetwork).filter(({ names }) => !isEnginesOwn(names)),
				volumes: mapAnswer(volumes.Volumes, toVolume),
			};
		},
	};
}

function isEnginesOwn(names: readonly string[]): boolean {
	return names.some((name) => enginesOwn.includes(name));
}

/** A member of `GET /containers/json`. */
interface RawContainer {
	readonly Id: string;
	readonly Names?: Maybe<readonly string[]>;
	readonly ImageID?: string;
	readonly Labels?: RawLabels;
	readonly NetworkSettings?: Maybe<{
		readonly Networks?: Maybe<Readonly<Record<string, unknown>>>;
	}>;
	readonly Mounts?: Maybe<readonly { readonly Type?: string; readonly Name?: string }[]>;
}

function toContainer(raw: RawContainer): EngineContainer {
	const { Id, Names, ImageID = '', Labels, NetworkSettings, Mounts } = raw;
	return {
		id: Id,
		names: (Names ?? []).map((name) => name.replace(/^\//, '')),
		labels: Labels ?? {},
		imageId: ImageID,
		volumes: (Mounts ?? []).flatMap(({ Type, Name = '' }) => (Type === 'volume' ? [Name] : [])),
		networks: Object.keys(NetworkSettings?.Networks ?? {}),
	};
}

interface RawNetwork {
	readonly Id: string;
	readonly Name: string;
	readonly Labels?: RawLabels;
}

function toNetwork({ Id, Name, Labels }: RawNetwork): EngineObject {
	return { id: Id, names: [Name], labels: Labels ?? {} };
}

interface RawVolume {
	readonly Name: string;
	readonly Labels?: RawLabels;
}

function toVolume({ Name, Labels }: RawVolume): EngineObject {
	return { id: Name, names: [Name], labels: Labels ?? {} };
}
