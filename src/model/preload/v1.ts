import { z } from 'zod';
import { AppId } from '../ids.ts';
import { parseWith, type Parsed } from '../composition/parsed.ts';
import { textMap, word } from '../composition/values.ts';
import type { DeviceDocument, V3App } from './document.ts';

const LegacyApp = z.object({
	appId: AppId,
	name: word,
	commit: word,
	imageId: word,
	env: textMap.default({}),
	config: textMap.default({}),
});
type LegacyApp = z.infer<typeof LegacyApp>;

/** The uuid of an app that was preloaded before apps had uuids. */
const legacyAppUuid = 'user-app';

/** Reads the form of 2017: a list of apps with one container each. */
export function decodeV1(json: readonly unknown[]): Parsed<DeviceDocument> {
	const parsed = parseWith(z.array(LegacyApp), json, '');
	if (!parsed.ok) return parsed;
	const apps = parsed.value.map((app, index) => [uuidOf(app, index), toApp(app)] as const);
	const configs = parsed.value.flatMap(({ config }) => Object.entries(config));
	return {
		ok: true,
		value: { config: Object.fromEntries(configs), apps: Object.fromEntries(apps) },
	};
}

function uuidOf({ appId }: LegacyApp, index: number): string {
	return index === 0 ? legacyAppUuid : `${legacyAppUuid}-${appId}`;
}

function toApp(app: LegacyApp): V3App {
	return {
		id: app.appId,
		name: app.name,
		class: 'fleet',
		releases: {
			[app.commit]: {
				id: 1,
				services: { main: toService(app) },
				volumes: { 'resin-data': {} },
				networks: {},
			},
		},
	};
}

function toService({ imageId, env, config }: LegacyApp) {
	return {
		id: 1,
		image_id: 1,
		image: imageId,
		running: true,
		environment: Object.fromEntries(
			Object.entries(env).filter(([name]) => !name.startsWith('RESIN_') && name !== 'RESIN'),
		),
		labels: { ...legacyFeatures, ...strategyLabels(config) },
		composition: {
			privileged: true,
			network_mode: 'host',
			volumes: ['resin-data:/data'],
			restart: config.RESIN_APP_RESTART_POLICY ?? 'always',
		},
	};
}

const legacyFeatures: Readonly<Record<string, string>> = Object.fromEntries(
	['kernel-modules', 'firmware', 'dbus', 'supervisor-api', 'balena-api'].map((feature) => [
		`io.balena.features.${feature}`,
		'1',
	]),
);

function strategyLabels(config: Readonly<Record<string, string>>): Record<string, string> {
	const strategy = config.RESIN_SUPERVISOR_UPDATE_STRATEGY;
	const timeout = config.RESIN_SUPERVISOR_HANDOVER_TIMEOUT;
	return {
		...(strategy !== undefined && { 'io.balena.update.strategy': strategy }),
		...(timeout !== undefined && { 'io.balena.update.handover-timeout': timeout }),
	};
}
