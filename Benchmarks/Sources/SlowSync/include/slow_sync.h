// The calls that are replaced; Linux only.
int fdatasync(int file);
int fsync(int file);
