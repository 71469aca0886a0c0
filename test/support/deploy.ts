import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import type { Composition, Stage } from './stage.ts';
import type { TestImageName } from './test-images.ts';

/** Two services that share a volume. */
export const twoServices: Composition = {
	services: {
		web: { restart: 'always', volumes: ['data:/data'] },
		worker: { restart: 'always', volumes: ['data:/data'] },
	},
	networks: {},
	volumes: { data: {} },
};

/** The same, with something in it that makes another container of `web` and nothing else. */
export function withWebVariable(value: string, composition = twoServices): Composition {
	const { web, ...others } = composition.services;
	const services = { web: { ...web, environment: { VARIABLE: value } }, ...others };
	return { ...composition, services };
}

/** Makes a release of it and the target, and has the device ask for it now. @param images - by service name */
export async function deploy(
	stage: Stage,
	images: Readonly<Record<string, TestImageName>>,
	composition = twoServices,
): Promise<ReleaseView> {
	const references = Object.entries(images).map(([service, image]): [string, string] => [
		service,
		stage.registry.images[image],
	]);
	const release = await stage.release(composition, Object.fromEntries(references));
	await askForUpdate(stage);
	return release;
}

/** Has the device ask the cloud now; where nothing answers, it will do so by itself. */
export async function askForUpdate(stage: Stage): Promise<void> {
	await stage.api.post('/v1/update').catch(() => undefined);
}

/** A file on the volume that the services share. */
export function knownFile(stage: Stage, content: string) {
	const exec = async (...argv: string[]): Promise<string> => {
		const { worker } = await stage.engine.services();
		return stage.device.docker('exec', worker?.name ?? '', ...argv);
	};
	return {
		write: () => exec('sh', '-c', `echo '${content}' >/data/known`),
		read: () => exec('cat', '/data/known'),
	};
}
