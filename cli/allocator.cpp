// jemalloc reads this before main (jemalloc(3), "TUNING"). Two arenas: the eight that it has on two
// processors keep twice the memory under load, and give nothing for it.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf = "narenas:2";
}
