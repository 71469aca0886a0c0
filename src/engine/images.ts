import type { ObservedImage } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { nameAndVersion } from './image-name.ts';
import type { EngineConnection } from './connection.ts';
import { alreadySo } from './errors.ts';
import { pullWith } from './pull.ts';
import { mapAnswer, type Maybe, type RawLabels } from './raw.ts';

type ImageCalls = Pick<ContainerEngine, 'listImages' | 'pullImage' | 'removeImage' | 'tagImage'>;

/** Freeing layers waits for disks. */
const slowMs = 600_000;

export function createImageCalls(connection: EngineConnection): ImageCalls {
	const { call } = connection;
	return {
		pullImage: (reference, options) => pullWith(connection, reference, options),
		async listImages(signal) {
			const list = await call(signal, (docker, abortSignal) => docker.listImages({ abortSignal }));
			return mapAnswer(list, toObservedImage);
		},
		async removeImage(reference, signal) {
			const work = call(
				signal,
				(docker, abortSignal) => docker.getImage(reference).remove({ abortSignal }),
				slowMs,
			);
			await alreadySo(work, [404]);
		},
		async tagImage(reference, repository, signal) {
			const { name: repo, version: tag } = nameAndVersion(repository);
			await call(signal, (docker, abortSignal) =>
				docker.getImage(reference).tag({ repo, tag, abortSignal }),
			);
		},
	};
}

/** A member of `GET /images/json`. */
interface RawImage {
	readonly Id: string;
	readonly RepoTags?: Maybe<readonly string[]>;
	readonly RepoDigests?: Maybe<readonly string[]>;
	readonly Size?: number;
	readonly Labels?: RawLabels;
}

export function toObservedImage({
	Id,
	RepoTags,
	RepoDigests,
	Size,
	Labels,
}: RawImage): ObservedImage {
	const references = [...(RepoTags ?? []), ...(RepoDigests ?? [])];
	return {
		engineImageId: Id,
		references: references.filter((reference) => !reference.includes('<none>')),
		sizeBytes: Size ?? 0,
		labels: Labels ?? {},
	};
}
