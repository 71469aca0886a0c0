import type { ReleaseView } from '../dev/views.ts';
import type { TestCloud } from './start-cloud.ts';

export const testDigest = (letter: string): string => `sha256:${letter.repeat(64)}`;

export const testComposition = {
	services: {
		main: {
			build: './main',
			image: 'as/written',
			labels: { 'io.balena.features.supervisor-api': '1' },
			command: ['sleep', 'infinity'],
			restart: 'always',
			volumes: ['data:/data'],
			environment: { FROM_COMPOSE: '1' },
		},
	},
	networks: {},
	volumes: { data: {} },
};

/** Makes a release with the services, each of the image `<letter><position>`, and the target of the test fleet. */
export function releaseOf(
	{ client, cloud }: TestCloud,
	composition: Parameters<typeof client.createRelease>[0]['composition'] = testComposition,
	letter = 'b',
): Promise<ReleaseView> {
	const images = Object.fromEntries(
		Object.keys(composition.services).map((name, at) => [
			name,
			`${cloud.registryHost}/v2/${letter.repeat(31)}${at}@${testDigest(letter)}`,
		]),
	);
	return client.createRelease({ fleet: 'acceptance', composition, images });
}
