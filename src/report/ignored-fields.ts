import { updateLabelNotices } from '../model/update-strategy.ts';
import type { TargetApp, TargetRelease, TargetState } from '../model/target.ts';

export interface ReleaseNotice {
	/** Tells this release from every other. */
	readonly release: string;
	/** One line for people. */
	readonly message: string;
}

/** A line has no more of them than this. */
const most = 20;

/** What of each release of the target has no effect, in one line; to be told once for a release. */
export function ignoredFieldNotices({ apps }: Pick<TargetState, 'apps'>): ReleaseNotice[] {
	return apps.flatMap((app) => (app.release === undefined ? [] : noticeOf(app, app.release)));
}

/** What of a release has no effect, each with its path in the release and the reason. */
export function ignoredFieldsOf({ services, ignored }: TargetRelease): string[] {
	const ofServices = services.flatMap((service) =>
		[...service.composition.ignored, ...updateLabelNotices(service)].map(
			(sentence) => `services.${service.serviceName}.${sentence}`,
		),
	);
	return [...ofServices, ...ignored];
}

function noticeOf({ appUuid, name }: TargetApp, release: TargetRelease): ReleaseNotice[] {
	const ignored = ignoredFieldsOf(release);
	if (ignored.length === 0) return [];
	const rest = ignored.length > most ? [`and ${ignored.length - most} more`] : [];
	const list = [...ignored.slice(0, most), ...rest].join('; ');
	const message = `Without effect in release ${release.commit} of app ${name}: ${list}`;
	return [{ release: `${appUuid}/${release.commit}`, message }];
}
