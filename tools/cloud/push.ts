import isEqual from 'lodash/isEqual.js';
import type { CloudClient } from './client.ts';
import type { ImagePlace } from './client-calls.ts';
import type { ReleaseView } from './dev/views.ts';
import { readComposeProject, type ComposeProject } from './push/compose-file.ts';
import { makeImage, type MadeImage } from './push/make-image.ts';
import { hasImage, uploadImage, withLogin, type PushAddress } from './push/registry-access.ts';
import { runDocker, type RunDocker } from './push/run-docker.ts';
import { withoutBuild } from './without-build.ts';

export { PushError, type PushErrorCode } from './push/errors.ts';

export interface PushOptions extends PushAddress {
	/** Folder with the compose file. */
	dir: string;
	/** Name of the fleet whose target the release becomes. */
	fleet: string;
	client: Pick<CloudClient, 'allocateImages' | 'createRelease' | 'getFleet'>;
	/** Hears what happens, a line at a time. */
	say: (line: string) => void;
	signal?: AbortSignal | undefined;
	/** Default: the `docker` command. */
	docker?: RunDocker;
}

export interface PushResult {
	release: ReleaseView;
	/** False when the fleet's target was this very composition with these images; no release was made then. */
	isNew: boolean;
	/** Services whose image is not the one of the target before. */
	changedServices: string[];
}

async function makeImages(
	{ sources }: ComposeProject,
	{ dir, fleet, say, signal, docker = runDocker }: PushOptions,
): Promise<Map<string, MadeImage>> {
	const made = new Map<string, MadeImage>();
	for (const [serviceName, source] of sources) {
		const wanted = { fleet, serviceName, source, dir };
		made.set(serviceName, await makeImage(wanted, { docker, say, signal }));
	}
	return made;
}

/** Everything of a service's upload that is known before it. */
interface Place extends ImagePlace {
	serviceName: string;
	imageId: string;
}

async function ensureUploaded(
	place: Place,
	options: PushOptions,
	docker: RunDocker,
): Promise<string> {
	const { serviceName, location, digest } = place;
	if (digest !== null && (await hasImage(options, location, digest))) {
		options.say(`${serviceName}: unchanged`);
		return digest;
	}
	options.say(`${serviceName}: pushing`);
	const pushed = await uploadImage(place, options.registry, docker);
	options.say(`${serviceName}: pushed ${pushed.slice(0, 19)}`);
	return pushed;
}

async function uploadImages(
	made: ReadonlyMap<string, MadeImage>,
	options: PushOptions,
): Promise<Record<string, string>> {
	const { client, fleet, signal, docker = runDocker } = options;
	const contentKeys = new Map([...made].map(([name, { contentKey }]) => [name, contentKey]));
	const places = await client.allocateImages(fleet, Object.fromEntries(contentKeys));
	return withLogin(options, docker, async (env) => {
		const loggedIn: RunDocker = (call) => docker({ ...call, env, signal });
		const images = await Promise.all(
			Object.entries(places).map(async ([serviceName, place]) => {
				const imageId = made.get(serviceName)?.id ?? '';
				const digest = await ensureUploaded({ ...place, serviceName, imageId }, options, loggedIn);
				return [serviceName, `${place.location}@${digest}`] as const;
			}),
		);
		return Object.fromEntries(images);
	});
}

/**
 * Makes a release of a folder with a compose file, and the target of the fleet. A service that has not changed keeps
 * its image, place and digest, so that devices leave it alone.
 * @throws {PushError} with a message for the developer
 * @throws {CloudClientError} when the cloud does not answer or refuses
 */
export async function pushProject(options: PushOptions): Promise<PushResult> {
	const { dir, fleet, client, say } = options;
	const project = await readComposeProject(dir);
	const { target } = await client.getFleet(fleet);
	const images = await uploadImages(await makeImages(project, options), options);
	const changedServices = Object.keys(images).filter(
		(serviceName) => target?.images[serviceName] !== images[serviceName],
	);
	const composition = withoutBuild(project.composition);
	const isSame =
		target !== null && isEqual(target.images, images) && isEqual(target.composition, composition);
	if (isSame) {
		say(`nothing changed: release ${target.commit.slice(0, 7)} stays`);
		return { release: target, isNew: false, changedServices };
	}
	const release = await client.createRelease({ fleet, composition, images });
	say(`release ${release.commit.slice(0, 7)} is the target of ${fleet}`);
	return { release, isNew: true, changedServices };
}
