import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fillerNameOf, type VolumeFiller } from '../ports/backup.ts';
import type { EngineConnection } from './connection.ts';
import { dial } from './dial.ts';
import { alreadySo } from './errors.ts';
import { sendArchive } from './send-archive.ts';

/** A large backup on a slow card, in milliseconds. */
const longestMs = 6 * 3_600_000;
/** Two zero blocks: an archive, and therefore an image, without any file. */
const emptyArchive = Buffer.alloc(1024);
/** Folder of the helper in which it has the volume. */
const parent = '/volumes';

/**
 * Goes through the engine, which reaches the volumes' folders wherever they are: a container of an empty image, never
 * started, mounts the volume, and the engine unpacks the archive into it. It leaves the folder alone that it is told to
 * unpack into, so the volume is one below.
 */
export function createVolumeFiller(connection: EngineConnection): VolumeFiller {
	const { call } = connection;
	return {
		async fillVolume(volumeName, { archive, folder }, signal) {
			const helper = createHelper(connection, { volumeName, folder });
			await helper.remove(signal); // of an attempt that was cut off
			try {
				await helper.make(signal);
				await call(
					signal,
					(docker, abortSignal) =>
						sendArchive(archive, abortSignal, (source) =>
							docker.getContainer(helper.name).putArchive(source, { path: parent, abortSignal }),
						),
					longestMs,
				);
			} finally {
				// Also after an abort; what fails is done by the next attempt.
				await helper.remove(new AbortController().signal).catch(() => undefined);
			}
		},
	};
}

interface Helper {
	/** Of the container. */
	readonly name: string;
	make(signal: AbortSignal): Promise<void>;
	remove(signal: AbortSignal): Promise<void>;
}

function createHelper(
	{ call }: EngineConnection,
	{ volumeName, folder }: { readonly volumeName: string; readonly folder: string },
): Helper {
	const name = fillerNameOf(volumeName);
	const repo = name.toLowerCase();
	const gone = (work: Promise<unknown>): Promise<void> => alreadySo(work, [404]);
	const body = {
		...{ Image: repo, Cmd: ['nothing'] },
		HostConfig: { NetworkMode: 'none', Binds: [`${volumeName}:${parent}/${folder}`] },
	};
	return {
		name,
		async make(signal) {
			await call(signal, async (docker) => {
				const source = Readable.from([emptyArchive], { objectMode: false });
				const told = await docker.importImage(source, { repo, tag: 'latest' });
				await finished(told.resume()); // it is there when the engine has said all
			});
			const request = {
				method: 'POST',
				path: '/containers/create',
				query: { name },
				body,
			} as const;
			await call(signal, (docker, abortSignal) => dial(docker, request, abortSignal));
		},
		async remove(signal) {
			await gone(
				call(signal, (docker, abortSignal) =>
					docker.getContainer(name).remove({ force: true, abortSignal }),
				),
			);
			await gone(
				call(signal, (docker, abortSignal) => docker.getImage(repo).remove({ abortSignal })),
			);
		},
	};
}
