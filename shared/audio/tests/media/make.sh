#!/bin/sh
# Makes the fixtures in this folder with ffmpeg (5.1 was used). The tests do not need ffmpeg.
#
# Every file holds the same two seconds: on the left a 440 Hz burst from 500 to 1000 ms, on the right
# an 880 Hz burst from 1000 to 1500 ms, both at half of full scale, with silence around.
set -eu
cd "$(dirname "$0")"
left='0.5*sin(2*PI*440*t)*between(t\,0.5\,1)'
right='0.5*sin(2*PI*880*t)*between(t\,1\,1.5)'
make() {
    rate=$1
    shift
    ffmpeg -v error -y -f lavfi -i "aevalsrc=$left|$right:s=$rate:d=2" -fflags +bitexact -flags:a +bitexact "$@"
}
film() {
    ffmpeg -v error -y -f lavfi -i "testsrc=s=32x32:r=5:d=2" -f lavfi -i "aevalsrc=$left|$right:s=44100:d=2" -fflags +bitexact "$@"
}
make 44100 -c:a libmp3lame -b:a 48k bursts.mp3
make 44100 -c:a aac -b:a 48k bursts.m4a
make 48000 -c:a aac -b:a 48k bursts.aac
make 22050 -c:a libvorbis -q:a 1 bursts.ogg
make 48000 -c:a libopus -b:a 32k bursts.opus
make 48000 -c:a libopus -b:a 32k bursts.webm
make 44100 -c:a flac -sample_fmt s16 -ar 11025 bursts.flac
make 44100 -c:a alac -sample_fmt s16p -ar 8000 bursts.caf
make 8000 -c:a adpcm_ima_wav bursts-ima.wav
make 32000 -c:a libmp3lame -b:a 48k bursts-mp3.wav
make 44100 -c:a aac -b:a 48k -movflags frag_keyframe+empty_moov -f mp4 bursts-fragmented.mp4
film -c:v mpeg4 -q:v 31 -c:a aac -b:a 48k -map 0:v -map 1:a film.mp4
film -c:v mpeg4 -q:v 31 -map 0:v film-without-sound.mp4
film -c:v libvpx -b:v 5k -c:a libvorbis -q:a 1 -map 0:v -map 1:a film.webm
