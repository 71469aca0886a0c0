import type { AppUuid, Commit } from '../model/ids.ts';
import type { EventStore } from './event-store.ts';
import type { HistoryStore } from './history-store.ts';

export type TargetSource = 'cloud' | 'preload' | 'local';

export interface StoredTarget {
	readonly source: TargetSource;
	/** The document as received (v3 form: the object under the device's uuid), to be decoded anew. */
	readonly document: unknown;
	/** The cloud's ETag, to be sent back. */
	readonly etag?: string | undefined;
}

export interface StoredImage {
	/** Image reference as in the target. */
	readonly reference: string;
	readonly appUuid: string;
	readonly serviceName: string;
	readonly serviceId: number;
	readonly imageId: number;
	readonly releaseId: number;
	readonly commit: string;
}

/** `read`: see everything. `control`: also the verbs of all apps. `host`: the verbs of the host. */
export const namedScopes = ['read', 'control', 'host'] as const;
export type NamedScope = (typeof namedScopes)[number];

export type ApiScope =
	| { readonly type: 'global' }
	| { readonly type: 'app'; readonly appId: number }
	| { readonly type: NamedScope };

export interface ApiKey {
	readonly key: string;
	readonly appId: number;
	/** Absent: the global key. */
	readonly serviceName?: string | undefined;
	readonly scopes: readonly ApiScope[];
}

/** A key that was replaced and that somebody still holds: it opens what the owner's present key opens. */
export interface FormerApiKey extends Pick<ApiKey, 'appId' | 'serviceName'> {
	/** Whoever held the key when it was replaced: ids of containers, or `cloud`. */
	readonly holders: readonly string[];
}

export interface ServiceKeyOptions {
	/** Beside that of its own app. Default none. */
	readonly scopes?: readonly NamedScope[] | undefined;
	/**
	 * Asked when there is none: the key that a container of the service has already, from before the database was lost.
	 * It is taken over unless it is malformed or another's.
	 */
	readonly held?: (() => Promise<string | undefined>) | undefined;
	/** Ids of the containers that hold the present key, should it be replaced for its scopes. Default none. */
	readonly holders?: readonly string[] | undefined;
}

/** Settings that are not in config.json (contract 3.2), by their names there. Values are JSON. */
export type StoredSettingName = string;

/**
 * What the supervisor remembers. Every write is on the disk when its promise resolves. Failures are SupervisorErrors
 * with STORE_FAILED.
 */
export interface StateStore extends EventStore, HistoryStore {
	loadTarget(): Promise<StoredTarget | undefined>;
	saveTarget(target: StoredTarget): Promise<void>;

	listImages(): Promise<StoredImage[]>;
	/** One row per reference, app and service; an existing one is overwritten. All of them are written, or none. */
	recordImages(images: readonly StoredImage[]): Promise<void>;
	forgetImages(references: readonly string[]): Promise<void>;

	currentCommits(): Promise<Record<string, string>>;
	recordCommit(appUuid: AppUuid, commit: Commit): Promise<void>;
	forgetCommit(appUuid: string): Promise<void>;

	/** Makes it when there is none; 32 hex digits. */
	globalApiKey(): Promise<ApiKey>;
	/** Makes it when there is none; replaces it when its scopes are others. */
	serviceApiKey(appId: number, serviceName: string, options?: ServiceKeyOptions): Promise<ApiKey>;
	/** Compares in constant time. @returns also the owner of a former key, with that key */
	findApiKey(key: string): Promise<ApiKey | undefined>;
	/**
	 * Replaces the key by a new one.
	 * @param holders - who goes on using it: it is good until {@link retireApiKeys} retires it. Default: nobody
	 * @returns the new one, or undefined when `key` is unknown
	 */
	regenerateApiKey(key: string, holders?: readonly string[]): Promise<ApiKey | undefined>;
	/** Former keys that nobody holds any more are unknown afterwards. */
	retireApiKeys(isHeld: (former: FormerApiKey) => boolean): Promise<void>;

	getSetting(name: StoredSettingName): Promise<unknown>;
	/** `undefined` removes it. */
	setSetting(name: StoredSettingName, value: unknown): Promise<void>;

	/** Runs the database's own check and closes it. */
	close(): Promise<void>;
}
