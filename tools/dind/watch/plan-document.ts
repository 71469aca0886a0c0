/** A service of a compose file. */
export type ComposeService = Readonly<Record<string, unknown>>;

export interface ComposeLike {
	readonly services: Readonly<Record<string, ComposeService>>;
	readonly volumes?: Readonly<Record<string, unknown>> | undefined;
	readonly networks?: Readonly<Record<string, unknown>> | undefined;
}

/** An app of a target state, as far as a dry run looks at it. */
export interface AppDocument {
	readonly id?: unknown;
	readonly name?: unknown;
	readonly releases?: unknown;
	readonly [member: string]: unknown;
}

/** The commit that the release of a dry run bears. */
export const dryRunCommit = 'dryrun';

/**
 * The app as it would be with this composition. Nothing is built: the image of a service that the app has already is
 * taken to be the same, that of a new one is the one its file names.
 */
export function planDocument(
	app: AppDocument,
	{ services, volumes = {}, networks = {} }: ComposeLike,
) {
	const present = recordOf(Object.values(recordOf(app.releases))[0]);
	const known = recordOf(present.services);
	const entries = Object.entries(services).map(([name, composition], index) => {
		const { build: _, image, ...rest } = composition;
		const old = recordOf(known[name]);
		const fresh = {
			...{ id: 1_000_000 + index, image_id: 1_000_000 + index, environment: {}, labels: {} },
			image: typeof image === 'string' ? image : `${name}:not-built-yet`,
		};
		return [name, { ...fresh, ...old, composition: rest }];
	});
	const id = Number(present.id ?? 0) + 1;
	const release = { id, services: Object.fromEntries(entries) as object, volumes, networks };
	return { ...app, releases: { [dryRunCommit]: release } };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value))
		: {};
}
