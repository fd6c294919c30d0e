/** Content by hash. Writing the same content twice stores it once. */
export interface BlobStore {
  /** Stores durably, then resolves with the reference `sha256:<hex>`. @throws StorageError */
  put(content: Uint8Array): Promise<string>;
  /** @throws StorageError `blob_missing`, `blob_damaged` (content doesn't match its hash) */
  get(reference: string): Promise<Uint8Array>;
  has(reference: string): Promise<boolean>;
}
