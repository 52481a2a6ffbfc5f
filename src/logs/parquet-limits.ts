/** AWS begins another log file at 75 MB. Parquet is read from its end, so all of it must be there first. */
export const maxFileBytes = 256 * 1024 * 1024;
/** The pages of so many rows; more than that is made to fill the memory. */
export const maxInflatedBytes = 512 * 1024 * 1024;
export const maxHeapMb = 768;
export const maxSecondsPerReply = 120;
