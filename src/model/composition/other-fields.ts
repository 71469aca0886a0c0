import { z } from 'zod';
import { field, harmless, unsupported } from './field.ts';
import { word } from './values.ts';

const readElsewhere = () => z.unknown().optional();

/** Fields that other places of the target read, too or instead; their schemas here say nothing. */
const fieldsReadElsewhere = {
	image: field(readElsewhere(), {
		forms: 'reference: `name[:tag]`, `name@sha256:…`',
		engine: 'Image',
		fallback: 'never absent',
		doc: 'The image; it is read beside the composition, where the cloud puts it.',
	}),
	environment: field(readElsewhere(), {
		forms: 'map, or list of `NAME=value`; null is empty',
		engine: 'Env',
		fallback: 'none',
		doc: 'Variables; those beside the composition, which the cloud sets, win.',
	}),
	labels: field(readElsewhere(), {
		forms: 'map, or list of `name=value`; null is empty',
		engine: 'Labels',
		fallback: 'none',
		doc: 'Labels; those beside the composition win, and `io.resin.` is written as `io.balena.`.',
	}),
};

const toBuild = 'belongs to the build, which is over when a release is made';
const onWindows = 'is for Windows';
const ofCompose = 'is for the docker compose command';

/** Fields of the Compose specification without an effect. */
const fieldsWithoutEffect = {
	annotations: unsupported('needs version 1.43 of the Engine API, 1.41 is spoken'),
	attach: harmless(ofCompose),
	build: harmless(toBuild),
	configs: unsupported('there are no configs on a device; use a volume or a variable'),
	container_name: unsupported('names of containers tell the release'),
	contract: harmless('is read beside the composition'),
	cpu_count: unsupported(onWindows),
	cpu_percent: unsupported(onWindows),
	credential_spec: unsupported(onWindows),
	develop: harmless(ofCompose),
	env_file: unsupported(`${toBuild}; use environment`),
	extends: unsupported(toBuild),
	external_links: unsupported('services of other apps cannot be joined'),
	isolation: unsupported(onWindows, (value) => value === 'default'),
	label_file: unsupported(`${toBuild}; use labels`),
	links: unsupported('services reach one another by name and by aliases of networks'),
	models: unsupported('there is no model runner on a device'),
	post_start: unsupported('commands beside the one of the container are not run'),
	pre_stop: unsupported('commands beside the one of the container are not run'),
	profiles: unsupported('every service of a release runs'),
	provider: unsupported('a device runs containers only'),
	pull_policy: unsupported('an image is fetched once, when a release needs it'),
	pull_refresh_after: unsupported('an image is fetched once, when a release needs it'),
	running: harmless('is read beside the composition'),
	scale: unsupported('a service has one container', (value) => String(value) === '1'),
	secrets: unsupported('there are no secrets on a device; use a volume or a variable'),
	storage_opt: unsupported('the size of a container is not limited'),
	use_api_socket: unsupported('use the label io.balena.features.balena-socket'),
	volumes_from: unsupported('name the same volume in both services'),
};

/** Fields that are read from the composition, but belong to no group. */
const placing = {
	platform: field(
		word
			.refine(
				(name) => /^[a-z0-9]+(\/[a-z0-9_]+){0,2}$/i.test(name),
				'must be a platform such as linux/arm64 or linux/arm/v7',
			)
			.optional(),
		{
			forms: '`os[/architecture[/variant]]`',
			engine: 'the `platform` of the creation and of the pull',
			fallback: "the engine's",
			doc: 'The platform of the image, where it is made for several.',
		},
	),
};

export const otherFields = { ...fieldsReadElsewhere, ...fieldsWithoutEffect, ...placing };
