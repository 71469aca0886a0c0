import { AppUuid } from '../../model/ids.ts';
import type { TargetState } from '../../model/target.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';

/** One app of a test's target. */
export interface TestApp {
	/** Letter that tells apps apart; default `a`. */
	readonly letter?: string;
	readonly release?: number;
	/** Service name → fields of the service beside its image, and `image` to say another one. */
	readonly services: Readonly<Record<string, TestService>>;
	readonly volumes?: Readonly<Record<string, object>>;
}

export interface TestService {
	readonly image?: string;
	readonly environment?: Readonly<Record<string, string>>;
	readonly labels?: Readonly<Record<string, string>>;
	readonly composition?: Readonly<Record<string, unknown>>;
}

/** Uuid of the app with this letter. */
export function appUuidOf(letter = 'a'): AppUuid {
	return AppUuid.parse(letter.repeat(32));
}

/** Number of the app with this letter. */
export function appIdOf(letter = 'a'): number {
	return letter.charCodeAt(0);
}

/** Image of a service unless the test says another. */
export function imageOf(letter: string, serviceName: string, release = 1): string {
	return `registry.test/${letter}/${serviceName}:${release}`;
}

/** A target state with these apps, through the decoder. */
export function targetOf(...apps: readonly TestApp[]): TargetState {
	return decodeTargetDevice({
		name: 'test-device',
		config: {},
		apps: Object.fromEntries(apps.map((app) => [appUuidOf(app.letter), appDocument(app)])),
	});
}

function appDocument({ letter = 'a', release = 1, services, volumes = {} }: TestApp): object {
	const appId = appIdOf(letter);
	const commit = `${letter}${release}`.padEnd(32, '0');
	const entries = Object.entries(services).map(
		([serviceName, service], index): [string, object] => {
			const {
				image = imageOf(letter, serviceName, release),
				environment = {},
				labels = {},
				composition = {},
			} = service;
			const id = appId * 100 + index;
			const image_id = id * 100 + release;
			return [serviceName, { id, image_id, image, environment, labels, composition }];
		},
	);
	return {
		id: appId,
		name: `app-${letter}`,
		is_host: false,
		class: 'fleet',
		releases: {
			[commit]: {
				id: appId * 10 + release,
				services: Object.fromEntries(entries),
				volumes,
				networks: {},
			},
		},
	};
}
